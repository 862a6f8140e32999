"""What becomes of a draft: an article, its tags and its sketch. The one noun that stands on the others."""
