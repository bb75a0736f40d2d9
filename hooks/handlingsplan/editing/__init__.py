"""Changes back into ``plan.yaml``, which lose nothing: comments, order, quotes and line ends stay byte for byte."""
