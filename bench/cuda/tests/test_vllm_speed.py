import types
import unittest

import vllm_speed


def step(at: float, **tokens):
    return at, tokens


class TimesBetweenTokens(unittest.TestCase):
    def test_only_steps_after_the_last_first_token_count(self):
        steps = [step(1.0, a=1), step(1.5, a=1, b=1), step(1.6, a=1, b=1), step(1.7, a=1, b=1)]
        self.assertEqual([0.1, 0.1], [round(value, 6) for value in vllm_speed.between(steps, 2)])

    def test_steps_after_the_first_that_ended_do_not_count(self):
        steps = [step(1.0, a=1, b=1), step(1.1, a=1, b=1), step(1.9, b=1)]
        self.assertEqual([0.1], [round(value, 6) for value in vllm_speed.between(steps, 2)])

    def test_a_step_without_a_token_is_part_of_the_time_of_the_next(self):
        steps = [step(1.0, a=1), step(1.1), step(1.3, a=1)]
        self.assertEqual([0.3], [round(value, 6) for value in vllm_speed.between(steps, 1)])

    def test_the_engine_s_own_output_processor_goes_on_with_what_it_was_given(self):
        outputs = [types.SimpleNamespace(request_id="a", new_token_ids=[7])]
        processor = types.SimpleNamespace(process_outputs=lambda given, engine_core_timestamp=None: (given, engine_core_timestamp))
        times = vllm_speed.TokenTimes(types.SimpleNamespace(llm_engine=types.SimpleNamespace(output_processor=processor)))
        self.assertEqual((outputs, 3.0), processor.process_outputs(outputs, engine_core_timestamp=3.0))
        processor.process_outputs(outputs)
        self.assertEqual(1, len(times.between(1)))
        self.assertEqual([], times.between(1))

    def test_an_engine_of_another_make_gives_no_step_and_the_reason(self):
        times = vllm_speed.TokenTimes(types.SimpleNamespace())
        self.assertEqual([], times.between(1))
        self.assertIn("llm_engine", times.missing)


if __name__ == "__main__":
    unittest.main()
