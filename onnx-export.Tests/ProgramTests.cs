using System.Diagnostics;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests;

/// <summary>The program as a process: what it prints and how it ends.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_good_export_ends_with_0_and_names_the_folder()
    {
        SmallModel.Checkpoint(folder["checkpoint"], ConfigurationLayout.Flat);

        (int code, string output, string errors) = await Run("--checkpoint", folder["checkpoint"], "--output", folder["model"], "--target", "cpu", "--precision", "int8");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains($"{folder["model"]}: ", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder["model"], "export.json")));
    }

    [Fact]
    public async Task Help_ends_with_0_and_wrong_arguments_end_with_2()
    {
        (int helped, string help, _) = await Run("--help");
        (int wrong, _, string errors) = await Run("--checkpoint", folder.Path, "--output", folder["model"], "--target", "cuda", "--precision", "int8");

        Assert.Equal((0, 2), (helped, wrong));
        Assert.Contains("make-random", help, StringComparison.Ordinal);
        Assert.Equal("--precision int8 is not supported for --target cuda; it must be fp16 or bf16. Try --help.", errors.Trim());
    }

    [Fact]
    public async Task A_wrong_configuration_ends_with_2_and_damaged_weights_with_1()
    {
        SmallModel.Checkpoint(folder["checkpoint"]);
        string[] arguments = ["--checkpoint", folder["checkpoint"], "--output", folder["model"], "--target", "cpu", "--precision", "fp32"];
        File.WriteAllText(Path.Combine(folder["checkpoint"], "model.safetensors"), "");
        (int damaged, _, string damage) = await Run(arguments);
        File.Delete(Path.Combine(folder["checkpoint"], "config.json"));
        (int missing, _, string errors) = await Run(arguments);

        Assert.Equal((1, 2), (damaged, missing));
        Assert.Equal("model.safetensors is damaged: it has 0 bytes, less than a header.", damage.Trim());
        Assert.Equal($"config.json is missing in {folder["checkpoint"]}.", errors.Trim());
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "onnx-export.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
