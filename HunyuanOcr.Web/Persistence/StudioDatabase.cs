using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Persistence;

/// <summary>What the studio keeps: runs, keys and batches. The derived contexts are the same schema in the words of SQLite and PostgreSQL.</summary>
internal abstract class StudioDatabase(DbContextOptions options) : DbContext(options)
{
    internal DbSet<Run> Runs => Set<Run>();

    internal DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    internal DbSet<Batch> Batches => Set<Batch>();

    internal DbSet<BatchItem> BatchItems => Set<BatchItem>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Run>(run =>
        {
            run.Property(row => row.Id).HasMaxLength(32);
            run.Property(row => row.Owner).HasMaxLength(64);
            run.Property(row => row.DocumentId).HasMaxLength(32);
            run.Property(row => row.Content).HasMaxLength(64);
            run.Property(row => row.Task).HasConversion<string>().HasMaxLength(16);
            run.Property(row => row.State).HasConversion<string>().HasMaxLength(16);
            run.Property(row => row.ShareToken).HasMaxLength(64);
            run.HasIndex(row => new { row.Owner, row.CreatedAt });
            run.Property(row => row.Pile).HasMaxLength(32);
            run.HasIndex(row => row.DocumentId);
            run.HasIndex(row => row.Pile);
            run.HasIndex(row => row.CreatedAt);
            run.HasIndex(row => row.ShareToken).IsUnique();
        });
        model.Entity<ApiKey>(key =>
        {
            key.Property(row => row.Id).HasMaxLength(32);
            key.Property(row => row.Name).HasMaxLength(200);
            key.Property(row => row.Prefix).HasMaxLength(32);
            key.Property(row => row.Hash).HasMaxLength(64);
            key.HasIndex(row => row.Hash).IsUnique();
        });
        model.Entity<Batch>(batch =>
        {
            batch.Property(row => row.Id).HasMaxLength(32);
            batch.Property(row => row.Owner).HasMaxLength(64);
            batch.Property(row => row.State).HasConversion<string>().HasMaxLength(16);
            batch.HasIndex(row => new { row.Owner, row.CreatedAt });
            batch.HasMany<BatchItem>().WithOne().HasForeignKey(row => row.BatchId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<BatchItem>(item =>
        {
            item.Property(row => row.Id).HasMaxLength(32);
            item.Property(row => row.BatchId).HasMaxLength(32);
            item.Property(row => row.FileId).HasMaxLength(32);
            item.Property(row => row.DocumentId).HasMaxLength(32);
            item.Property(row => row.PictureId).HasMaxLength(32);
            item.Property(row => row.RunId).HasMaxLength(32);
            item.Property(row => row.Notes).HasMaxLength(16);
            item.Property(row => row.LeasedBy).HasMaxLength(64).IsConcurrencyToken();
            item.Property(row => row.LeasedUntil).IsConcurrencyToken();
            item.Property(row => row.State).HasConversion<string>().HasMaxLength(16).IsConcurrencyToken();
            item.HasIndex(row => new { row.BatchId, row.Position });
            item.HasIndex(row => new { row.BatchId, row.ChangedAt });
            item.HasIndex(row => new { row.State, row.LeasedUntil });
        });
    }
}
