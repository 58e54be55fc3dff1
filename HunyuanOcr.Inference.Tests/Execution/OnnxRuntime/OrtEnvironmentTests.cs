using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

public sealed class OrtEnvironmentTests
{
    /// <summary>A host that loads a fresh engine while it lets the old one go does just this.</summary>
    [Fact]
    public void One_environment_can_be_made_while_another_is_released()
    {
        OrtApi api = OrtApi.Load(null);
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ => OrtEnvironment.Create(api, 3).Dispose());
    }
}
