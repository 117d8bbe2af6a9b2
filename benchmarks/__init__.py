"""Side by side: the trivia services through the library, and translated by hand."""
