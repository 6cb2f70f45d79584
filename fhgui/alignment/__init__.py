"""From a frame to a method's input: find the face, place it on a template, cut it out.

`detection` finds faces, `checks` refuses points and boxes that make no sense, `placing` turns
either into a similarity, `cutting` samples the frame by it, `adequacy` says how much face the
evidence holds. Points are (x, y), pixel centres at integers, origin the top-left pixel's centre.
"""
