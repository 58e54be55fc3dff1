using OnnxExport.CommandLine;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;

namespace OnnxExport.Tests.CommandLine;

public class ExportCommandTests
{
    [Fact]
    public void A_whole_command_is_read()
    {
        ExportOptions options = Parse("--checkpoint models/ocr/ --output out --target cpu --precision int8 --force");

        Assert.Equal(("models/ocr/", "out", ExportTarget.Cpu, Precision.Int8, Precision.Fp32, "ocr", true),
            (options.Checkpoint, options.Output, options.Target, options.Precision, options.VisionPrecision, options.Name, options.Force));
    }

    [Fact]
    public void Values_may_follow_an_equals_sign() =>
        Assert.Equal("demo", Parse("--checkpoint=a --output=b --target=cpu --precision=fp32 --name=demo").Name);

    [Theory]
    [InlineData("--precision bf16", Precision.Bf16, Precision.Fp16, CudaKernels.Ours)]
    [InlineData("--precision fp16 --kernels operators", Precision.Fp16, Precision.Fp16, CudaKernels.None)]
    [InlineData("--precision bf16 --vision-precision bf16 --kernels ours", Precision.Bf16, Precision.Bf16, CudaKernels.Ours)]
    [InlineData("--precision fp16 --kernels swiglu,choice", Precision.Fp16, Precision.Fp16, CudaKernels.SwiGlu | CudaKernels.Choice)]
    internal void On_a_card_vision_is_in_fp16_unless_told_otherwise(string rest, Precision precision, Precision vision, CudaKernels kernels)
    {
        ExportOptions options = Parse("--checkpoint a --output b --target cuda " + rest);

        Assert.Equal((ExportTarget.Cuda, precision, vision, kernels), (options.Target, options.Precision, options.VisionPrecision, options.Kernels));
    }

    [Theory]
    [InlineData("--output b --target cpu --precision fp32", "--checkpoint is missing.")]
    [InlineData("--checkpoint a --target cpu --precision fp32", "--output is missing.")]
    [InlineData("--checkpoint a --output b --precision fp32", "--target is missing; it is one of cpu, cuda.")]
    [InlineData("--checkpoint a --output b --target cpu", "--precision is missing; it is one of fp32, fp16, bf16, int8.")]
    [InlineData("--checkpoint a --output b --target tpu --precision fp32", "--target is \"tpu\"; it must be one of cpu, cuda.")]
    [InlineData("--checkpoint a --output b --target cpu --precision int4", "--precision is \"int4\"; it must be one of fp32, fp16, bf16, int8.")]
    [InlineData("--checkpoint --output b", "--checkpoint needs a value.")]
    [InlineData("--checkpoint a --checkpoint b", "--checkpoint is given twice.")]
    [InlineData("--checkpoint a --quiet", "--quiet is unknown; known are --checkpoint, --output, --target, --precision, --vision-precision, --kernels, --name, --force.")]
    [InlineData("--checkpoint a --output b --target cuda --precision fp32", "--precision fp32 is not supported for --target cuda; it must be fp16 or bf16.")]
    [InlineData("--checkpoint a --output b --target cuda --precision bf16 --vision-precision int8", "--vision-precision int8 is not supported for --target cuda; it must be fp16 or bf16.")]
    [InlineData("--checkpoint a --output b --target cuda --precision bf16 --kernels fast", "--kernels is \"fast\"; it must be operators, ours, or some of rotation,swiglu,choice,matvec,products,attention,attentionofmany,tower.")]
    [InlineData("--checkpoint a --output b --target cpu --precision fp32 --kernels ours", "--kernels is for --target cuda.")]
    [InlineData("--checkpoint a --output b --target cpu --precision bf16", "--precision bf16 is not supported for --target cpu; it must be fp32 or int8.")]
    [InlineData("--checkpoint a --output b --target cpu --precision fp32 --vision-precision fp16", "--vision-precision fp16 is not supported for --target cpu; it must be fp32 or int8.")]
    public void A_wrong_command_is_told_what_is_wrong(string arguments, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Parse(arguments)).Message);

    private static ExportOptions Parse(string arguments) => ExportCommand.Parse(arguments.Split(' '));
}
