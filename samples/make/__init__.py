"""Model and photograph the sample products: Blender renders them, nothing else of qaudit needs it."""
