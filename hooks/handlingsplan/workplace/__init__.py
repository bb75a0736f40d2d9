"""Where somebody sits and writes: the preview."""
