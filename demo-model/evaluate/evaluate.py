"""Makes the evaluation sets, reads them with the reference and with running servers, and prints the tables side by side.

    python3 evaluate.py WORK --server fp32=http://localhost:7860 --server int8=http://localhost:7861

WORK gets documents/, repetition/, one answers file a reader, tables.md and figures.json. Documents, and the reference's answers, are made once for a set of weights
and used again. Servers are not started here (README.md says how); each must serve the checkpoint's weights. Ends with 1 where a figure asked of the engine is missed.
"""
import argparse
import json
import os
import sys

import answers
import read_api
import render
import score

# What a server is held to: the measures of the model card that rest on hundreds of letters, lines or fields.
HELD_TO = ["Latin, trained fonts: character error", "Latin, unseen fonts: character error", "Chinese, trained fonts: character error", "Chinese, unseen fonts: character error",
           "Latin, trained fonts: lines exactly right", "Latin, unseen fonts: lines exactly right", "Chinese, trained fonts: lines exactly right", "Chinese, unseen fonts: lines exactly right",
           "box IoU, trained fonts", "box IoU, unseen fonts", "EXTRACT, Latin: fields right", "EXTRACT, Chinese: fields right"]
MOST_LOSS = .005


def make(folder, fonts, count, seed):
    """Renders a set where it is not there yet."""
    if not os.path.exists(os.path.join(folder, "truth.json")): render.render(fonts, folder, count, seed)
    made = len(answers.truth(folder))
    if made != count: raise SystemExit(f"{folder} holds {made} documents, not {count}: remove it, or name another WORK")


def reference(a, documents, weights):
    """The reference's answers file, read now unless it is kept."""
    path = os.path.join(a.work, "reference.json")
    if not answers.kept(path, documents, weights):
        import read_transformers
        out, stopped, reader = read_transformers.read(a.reference, a.checkpoint, documents, a.processes)
        answers.save(path, dict(reader=reader + ", fp32", weights_sha256=weights), documents, out, stopped)
    return answers.load(path)


def through(server, documents, weights, path, in_flight, task=None):
    """The answers file of a server of these weights."""
    api = read_api.Api(server, os.environ.get("HUNYUANOCR_KEY"))
    made_by = read_api.made_by_of(api.model())
    if made_by["weights_sha256"] != weights: raise SystemExit(f"{server} serves other weights ({made_by['weights_sha256'][:12]}, not {weights[:12]})")
    out, stopped = read_api.read(api, documents, in_flight, task)
    answers.save(path, made_by, documents, out, stopped)
    return answers.load(path)


def losses(mine, wanted):
    """{measure: how much worse than the reference, in shares of 1} for what a server is held to."""
    return {m: (mine[m][0] - wanted[m][0]) * (1 if m.endswith("error") else -1) for m in HELD_TO if m in wanted}


def differing(mine, wanted):
    """How many answers are not the reference's to the letter."""
    return sum(mine.get(name, {}).get(task) != text for name, tasks in wanted.items() for task, text in tasks.items())


def endless(truth, read):
    """What the other documents are for: which answers went round in circles, which found text on a page without any."""
    empty = [name for name, entry in truth.items() if not entry["lines"]]
    loops = {name for name, tasks in read["answers"].items() if any(map(score.repeats, tasks.values()))} | set(read["stopped"])
    return {"documents": len(truth), "endless": sorted(loops), "pages without text": len(empty),
            "of them not answered with nothing": [name for name in empty if any(t.strip() for t in read["answers"][name].values())]}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("work", help="folder for documents, answers and tables")
    a.add_argument("--server", action="append", default=[], metavar="NAME=ADDRESS", help="a server that runs, with the key in HUNYUANOCR_KEY where it asks for one; a name that begins with fp32 must equal the reference")
    a.add_argument("--fonts", default="/", help="where the font packages are installed or unpacked")
    a.add_argument("--checkpoint", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "../checkpoint"))
    a.add_argument("--reference", choices=("transformers", "plain", "none"), default="transformers", help="see read_transformers.py; with none the first server whose name begins with fp32 takes its place")
    a.add_argument("--processes", type=int, default=max(1, os.cpu_count() - 1), help="of the reference")
    a.add_argument("--in-flight", type=int, default=4, help="requests at once to a server")
    a.add_argument("--count", type=int, default=228)
    a.add_argument("--seed", type=int, default=11)
    a.add_argument("--repetition", type=int, default=0, help="also read this many other documents (asked for: 500) through the first server")
    refuse, a = a.error, a.parse_args()
    servers = dict(server.partition("=")[::2] for server in a.server)
    for name, address in servers.items():
        if not name or not address.startswith("http") or name == "reference": refuse(f"--server {name}={address}: give a name other than reference and an address, as fp32=http://localhost:7860")
    os.makedirs(a.work, exist_ok=True)
    documents, weights = os.path.join(a.work, "documents"), answers.checksum(os.path.join(a.checkpoint, "model.safetensors"))
    make(documents, a.fonts, a.count, a.seed)
    truth, read = answers.truth(documents), {}
    if a.reference != "none": read["reference"] = reference(a, documents, weights)
    for name, address in servers.items(): read[name] = through(address, documents, weights, os.path.join(a.work, name + ".json"), a.in_flight)
    columns = {name: score.score(truth, content["answers"], content["stopped"]) for name, content in read.items()}
    wanted = next((name for name in read if name == "reference" or name.startswith("fp32")), None)
    said, good = [score.table(columns), ""], True
    for name, content in read.items():
        said.append(f"{name}: {content['made_by']['reader']}")
        if wanted in (None, name): continue
        loss, other = losses(columns[name], columns[wanted]), differing(content["answers"], read[wanted]["answers"])
        worst = max(loss, key=loss.get)
        equal, within = columns[name] == columns[wanted], loss[worst] <= MOST_LOSS
        good &= equal if name.startswith("fp32") else within
        said.append(f"- {other} of {sum(map(len, read[wanted]['answers'].values()))} answers differ from those of {wanted}; the table is {'equal' if equal else 'not equal'}; "
                    f"worst loss {100 * loss[worst]:.2f} points ({worst})")
    figures = dict(weights_sha256=weights, documents=len(truth), seed=a.seed, readers={name: c["made_by"] for name, c in read.items()}, columns=columns)
    if a.repetition and servers:
        folder = os.path.join(a.work, "repetition")
        make(folder, a.fonts, a.repetition, a.seed + 1)
        name, address = next(iter(servers.items()))
        figures["repetition"] = endless(answers.truth(folder), through(address, folder, weights, os.path.join(a.work, "repetition.json"), a.in_flight, "spot"))
        said.append(f"{name}, repetition: {figures['repetition']}")
        good &= not figures["repetition"]["endless"] and not figures["repetition"]["of them not answered with nothing"]
    for name, text in (("tables.md", "\n".join(said) + "\n"), ("figures.json", json.dumps(figures, ensure_ascii=False, indent=1) + "\n")):
        with open(os.path.join(a.work, name), "w", encoding="utf8") as f: f.write(text)
    print("\n".join(said))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
