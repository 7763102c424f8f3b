"""Python value ⇄ named parts of bytes, one file for a family of types. A codec never sees a store."""
