"""What is said, before any medium: values that pages, Word, PDF and the sheets can all be made from."""
