"""Lessons: transcripts that the learner works through step by step.

    run = LessonRun(lesson, texts)
    pieces = run.begin()           # what to show: a frame with the first step
    pieces = run.feed("start manager")

A walk through a lesson is a state machine: lines go in, pieces of output come out. It owns the
learner's system (controlled, in virtual time), checks each step's goal by observation only, and
uses no terminal and no file but the lesson's. `shell` hosts it, and `progress` saves it.
"""
