"""What every page uses: addresses, markup, the frame, shells, styles, scripts, piped answers.

Nothing here imports another folder of `pages/`.
"""
