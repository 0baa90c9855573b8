"""Lessons: transcripts that one walks through, step by step.

    run = LessonRun(lesson, texts)
    pieces = run.begin()           # what to show: a frame with the first step
    pieces = run.feed("start manager")

A pure machine: lines go in, pieces come out. It owns the learner's system (controlled, in virtual
time), checks each step's goal on it by looking alone, and knows no terminal and no file but the
lesson's. `shell` hosts it, `progress` keeps what has been done.
"""
