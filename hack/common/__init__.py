"""What the tools in hack/ share: user-cache builds, steps with elapsed times, instances of a clone.

Standard library only, so that every tool runs before the project's virtual environment exists.
"""
