using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cuda;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>The demo model on a card, through the whole engine. Skipped, with the reason, where there is none.</summary>
public class CardTests
{
    /// <summary>What 16-bit numbers may change where the reference's best two are so close.</summary>
    private const double NearTie = 0.1;

    [SkippableTheory]
    [InlineData("fp16", "operators")]
    [InlineData("fp16", "ours")]
    [InlineData("bf16", "ours")]
    public async Task Every_document_gives_the_tokens_of_the_reference_up_to_a_near_tie(string precision, string kernels)
    {
        EngineOptions options = new()
        {
            ModelFolder = ".", Device = EngineDevice.Cuda, CudaFolder = Environment.GetEnvironmentVariable("HUNYUANOCR_CUDA_FOLDER"), CacheMegabytes = 2000, MaxSequences = 24, BlockSize = 256,
        };
        string? whyNot = CudaAvailability.WhyNot(new ThisMachine(), DeviceChoice.CudaFolder(options));
        Skip.If(whyNot is not null, whyNot);
        await using OcrEngine engine = await OcrEngine.LoadAsync(options with { ModelFolder = ExportedDemoModel.Folder(precision, kernels) });
        string[] faults = await Task.WhenAll(GoldenDocuments.All.Select(document => FaultAsync(engine, document)));
        Assert.All(faults, Assert.Empty);
        Assert.Equal(0, engine.Status.BlocksUsed);
    }

    private static async Task<string> FaultAsync(OcrEngine engine, GoldenDocument document)
    {
        GoldenAnswer answer = document.Answers[0];
        OcrResult read = await engine.ReadAsync(new OcrRequest
        {
            Pictures = [GoldenDocuments.Picture(document)], Task = OcrTask.Free, Prompt = answer.Prompt, MaxTokens = 600, StopOnRepetition = false,
        });
        int same = read.Tokens.Zip(answer.Tokens).TakeWhile(pair => pair.First.Id == pair.Second).Count();
        return same >= read.Tokens.Count || answer.Gaps[same] < NearTie ? string.Empty : $"{document.File}: differs at token {same}, where the reference's lead was {answer.Gaps[same]}";
    }
}
