"""One ComponentResource a file, of type `buylink:<file>:<Class>`; `Hub` holds all others."""
