"""The nouns of qaudit: plain, frozen values that flow from room to room. Standard library and numpy only."""
