namespace HunyuanOcr.Web.Batches;

/// <summary>Puts batches into the app.</summary>
internal static class BatchServices
{
    internal static void AddBatches(this IServiceCollection services)
    {
        services.AddSingleton<BatchNews>();
        services.AddSingleton<BatchStore>();
        services.AddSingleton<BatchLeases>();
        services.AddSingleton<BatchPages>();
        services.AddSingleton<BatchPageReader>();
        services.AddSingleton<BatchWorker>();
        services.AddHostedService(static provider => provider.GetRequiredService<BatchWorker>());
    }
}
