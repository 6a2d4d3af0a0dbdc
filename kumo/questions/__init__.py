"""The question bank of the book, and its questions as exercises in pages and notebooks."""

from kumo.questions.show import NoQuestionsError, Questions, QuestionSheet

__all__ = ["NoQuestionsError", "QuestionSheet", "Questions"]
