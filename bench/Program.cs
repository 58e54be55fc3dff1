using HunyuanOcr.Bench;
using HunyuanOcr.Inference;

// One verb a scenario; each prints its JSON and, with --out, writes it to a file.
string verb = args.FirstOrDefault() ?? "";
try
{
    var arguments = Arguments.Parse(args.Skip(1));
    object result = verb switch
    {
        "pages" => await PagesScenario.RunAsync(arguments),
        "steps" => await StepsScenario.RunAsync(arguments),
        "load" => await LoadScenario.RunAsync(arguments),
        "http" => await HttpScenario.RunAsync(arguments),
        "aborts" => await AbortsScenario.RunAsync(arguments),
        "mutations" => await MutationsScenario.RunAsync(arguments),
        "encode" => EncodeScenario.Run(arguments),
        "picture" => PictureScenario.Run(arguments),
        "stream" => await StreamScenario.RunAsync(arguments),
        "sweep" => await SweepScenario.RunAsync(arguments),
        "golden" => await GoldenScenario.RunAsync(arguments),
        "forced" => ForcedScenario.Run(arguments),
        "answers" => await AnswersScenario.RunAsync(arguments),
        _ => throw new ArgumentException("Usage: bench pages|steps|load|http|aborts|mutations|encode|answers|golden|forced|sweep|stream|picture --model FOLDER [--name value ...]; see bench/README.md."),
    };
    ResultFile.Write(verb, args, result, arguments.Optional("out"));
    return 0;
}
catch (Exception fault) when (fault is ArgumentException or OcrException or IOException)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
