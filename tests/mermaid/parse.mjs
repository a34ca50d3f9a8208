// Reads one JSON object a line, answers one JSON object a line: what mermaid makes of the text.
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

const NOTHING = { error: "", title: "", nodes: 0, arrows: 0, labels: [] };

async function counted(text) {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const title = db.getAccTitle?.() ?? "";
  if (db.getVertices) {
    const labels = [...db.getVertices().values()].map((vertex) => vertex.text ?? "");
    return { title, nodes: db.getVertices().size, arrows: db.getEdges().length, labels };
  }
  if (db.getMessages) {
    const messages = db.getMessages().filter((m) => m.from && m.to && m.type !== 2);
    return { title, nodes: db.getActors().size, arrows: messages.length };
  }
  const { nodes, edges } = db.getData();
  const labels = edges.map((edge) => `${edge.start} ${edge.end}`);
  return { title, nodes: nodes.length, arrows: edges.length, labels };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const asked = JSON.parse(line);
    await mermaid.parse(asked.text);
    answer = { ...NOTHING, ...(asked.counted ? await counted(asked.text) : {}) };
  } catch (error) {
    answer = { ...NOTHING, error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
