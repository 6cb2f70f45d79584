"""What the manual's pages are made from: the program itself, so that they cannot differ from it.

`hooks` is called by MkDocs and adds the pages that are generated: the window's help (`topics`),
settings and model cards (`cards`), commands (`commands`), recipes (`recipes`), the reference of the
packages (`reference`), and measured tables (`measured`); `mathematics` turns formulas into MathML
at build time. `fences` reads the commands that the pages show, `running` runs them, `links` looks
for dead ends in what was built.
"""
