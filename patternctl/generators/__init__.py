"""Writers: one module per kind of artefact; they return text and write nothing."""
