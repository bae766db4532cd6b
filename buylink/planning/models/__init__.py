"""Declared cost models: a business's cost tree as data, where no stack declares it."""
