"""The parts of the page, each a component that gets the desk."""
