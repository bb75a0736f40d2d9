"""Plan → files that people take away. One module per format."""
