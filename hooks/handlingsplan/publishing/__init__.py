"""From sources to ``site/``: which sites there are, whether their sources are whole, building, switching."""
