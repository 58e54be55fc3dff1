"""What is asked of a page, and the answers."""
import json
import random
import unittest

import batches
import documents
import prompts
import questions
import tokenizer
import views


class Questions(unittest.TestCase):
    def test_spotting_marks_each_coordinate(self):
        ids, values = questions.spotting(["ab 12"], [(7, 30, 1000, 455)])
        self.assertEqual(tokenizer.decode(ids), "ab 12(7,30),(1000,455)")
        self.assertEqual([v for v in values if v >= 0], [7, 30, 455])
        self.assertEqual(len(ids), len(values))

    def test_fields_are_answered_as_json_and_missing_ones_are_empty(self):
        r = random.Random(2)
        missing, near = 0, 0
        for seed in range(30):
            page = documents.make(seed, (384, 384), 12, 0, {"form": 1})
            if not page.fields: continue
            prompt, values = questions.extract(page, r)
            missing += "" in values.values()
            printed = [set(label.lower().split()) for label in page.labels.values()]
            near += any(not v and any(words & set(k.lower().split()) for words in printed) for k, v in values.items())
            self.assertTrue(all(v == "" or v in page.fields.values() for v in values.values()))
            if not prompt.startswith("输出"): self.assertEqual(json.loads(questions.extract_answer(prompt, values)), values)
        self.assertGreater(missing, 4)
        self.assertGreater(near, 0)

    def test_a_task_in_other_words_can_be_written_and_is_never_one_of_the_evaluations(self):
        asked = {pattern.replace("[%s]", "").replace("%s", "").rstrip("。.") for patterns in prompts.OWN_WORDS.values() for pattern in patterns}
        r, said = random.Random(1), {text for text in questions.REFINEMENTS}
        for task in [*questions.OTHER_WORDS, "extract"]: said |= {questions.own_words(r, task).replace("%s", "") for _ in range(2000)}
        for text in said: tokenizer.encode(text)
        self.assertEqual({text.rstrip("。.") for text in said} & asked, set())
        self.assertGreater(len(said), 1000)

    def test_every_task_is_asked_and_its_answer_can_be_written(self):
        r, tasks = random.Random(4), set()
        for seed in range(120):
            page = documents.make(seed, (320, 320), 8, 0, batches.ALL)
            task, prompt, answer, coordinates = questions.ask(page, views.normalised_boxes(page, None), r, batches.Stage(.6).tasks)
            tasks.add(task)
            self.assertEqual((prompt[-1], answer[-1], len(answer)), (tokenizer.USER, tokenizer.EOS, len(coordinates)))
        self.assertEqual(tasks, {"spot", "text", "markdown", "extract", "translate"})
