"""The texts that people write in Markdown: read, judged, and asked what they want put in."""
