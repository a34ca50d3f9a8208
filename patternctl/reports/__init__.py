"""Output formats of `patternctl lint`: one module each, with one function `render`."""
