using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.Cuda;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Engine;

/// <summary>An opened model folder: everything that stays the same from request to request.</summary>
internal sealed class LoadedModel : IDisposable
{
    private LoadedModel(ModelFolder folder, DeviceChoice device, EngineOptions options)
    {
        Device = device;
        NativeHeap.Steady();
        Folder = folder;
        Tokenizer = BpeTokenizer.Load(folder.PathOf("tokenizer.json"));
        ChatTemplateSource template = ChatTemplateSource.Read(folder);
        Prompts = new PromptBuilder(Tokenizer, folder.Tokens, template.Template, template.Variables, folder.Shape.MergeSize);
        PreprocessorOptions preprocessor = PreprocessorOptions.Load(folder.Location);
        if (preprocessor.PatchSize != folder.Shape.PatchSize || preprocessor.MergeSize != folder.Shape.MergeSize)
            throw new OcrConfigurationException([$"{PreprocessorOptions.FileName} in {folder.Location} cuts patches of {preprocessor.PatchSize} pixels and merges {preprocessor.MergeSize}; " +
                $"the model takes {folder.Shape.PatchSize} and {folder.Shape.MergeSize}. {ModelFolder.Remedy}"]);
        Context = options.MaxContext > 0 ? options.MaxContext : folder.Shape.ContextLength;
        Description = new ModelDescription(folder.Export.SourceName, folder.Export.SourceHash, folder.Export.PrecisionInWords,
            Context, preprocessor.MaxPixels, folder.Export.ExporterVersion);
        Pictures = new PictureReader(preprocessor, options);
        if (options.BlockSize == 0)
            options = options with { BlockSize = folder.BlockSize };
        Runner = device.IsCuda ? CudaModelRunner.Open(options, folder, preprocessor.MaxPixels, Context) : CpuModelRunner.Open(options, folder);
    }

    public ModelFolder Folder { get; }

    /// <summary>What it runs on and why.</summary>
    public DeviceChoice Device { get; }

    public ModelDescription Description { get; }

    public BpeTokenizer Tokenizer { get; }

    public PromptBuilder Prompts { get; }

    public PictureReader Pictures { get; }

    public IModelRunner Runner { get; }

    /// <summary>Tokens of prompt and answer together.</summary>
    public int Context { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="OcrConfigurationException">Options or folder cannot be used; lists every fault of both.</exception>
    public static LoadedModel Open(EngineOptions options)
    {
        List<string> faults = [.. EngineOptionsValidator.Faults(options)];
        DeviceChoice? device = ChooseDevice(options, faults);
        ModelFolder? folder = device is null ? null : OpenFolder(options, device.Target, faults);
        if (folder is not null && options.MaxContext > folder.Shape.ContextLength)
            faults.Add($"MaxContext is {options.MaxContext}; the model's own context is {folder.Shape.ContextLength}. Set it to that at most, or to 0.");
        return folder is not null && faults.Count == 0 ? new LoadedModel(folder, device!, options) : throw new OcrConfigurationException(faults);
    }

    public void Dispose()
    {
        Runner.Dispose();
        Pictures.Dispose();
    }

    private static DeviceChoice? ChooseDevice(EngineOptions options, List<string> faults)
    {
        try
        {
            return DeviceChoice.Make(options.Device, ExportRecord.TargetOf(options.ModelFolder),
                () => CudaAvailability.WhyNot(new ThisMachine(), DeviceChoice.CudaFolder(options)));
        }
        catch (OcrConfigurationException unusable)
        {
            faults.AddRange(unusable.Faults);
            return null;
        }
    }

    private static ModelFolder? OpenFolder(EngineOptions options, string target, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(options.ModelFolder))
            return null;
        try
        {
            return ModelFolder.Open(options.ModelFolder, target);
        }
        catch (OcrConfigurationException unusable)
        {
            faults.AddRange(unusable.Faults);
            return null;
        }
    }
}
