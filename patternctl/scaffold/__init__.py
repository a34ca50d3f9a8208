"""Generated projects: which units they are made of, and the text of every file.

Nothing is written here: `new` gives files as a mapping of paths to bytes.
"""
