using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Tests;

/// <summary>The demo checkpoint of the repository, for tests that need its text files.</summary>
internal static class DemoModel
{
    private static readonly Lazy<BpeTokenizer> Loaded = new(() => BpeTokenizer.Load(File("tokenizer.json")));

    /// <summary>The folder that holds HunyuanOcr.sln.</summary>
    public static string Repository => ExportedDemoModel.Repository;

    public static string Checkpoint => Path.Combine(Repository, "demo-model", "checkpoint");

    public static BpeTokenizer Tokenizer => Loaded.Value;

    public static SpecialTokens Tokens { get; } = new(Begin: 0, Ends: [5, 1], Image: 8, ImageStart: 6, ImageEnd: 7, User: 3, SystemEnd: null);

    public static string ChatTemplate => System.IO.File.ReadAllText(File("chat_template.jinja"));

    public static string File(string name) => Path.Combine(Checkpoint, name);

    /// <summary>A file under HunyuanOcr.Inference.Tests/Data.</summary>
    public static string Data(params string[] path) => Path.Combine([Repository, "HunyuanOcr.Inference.Tests", "Data", .. path]);
}
