namespace HunyuanOcr.Web.Tests;

/// <summary>Tests of what belongs to the whole process (its memory, its console, its folder) run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone in the process";
}
