using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

public class CacheReservationTests
{
    [Fact]
    public void What_is_not_committed_is_given_back()
    {
        var pool = new BlockPool(4, 16);
        var table = new BlockTable();
        using (var reservation = new CacheReservation(pool, []))
        {
            reservation.Take(table, 3);
            Assert.Equal((3, 3), (table.Count, pool.ReservedCount));
        }
        Assert.Equal((0, 4), (table.Count, pool.FreeCount));
    }

    [Fact]
    public void What_is_committed_stays()
    {
        var pool = new BlockPool(4, 16);
        var table = new BlockTable();
        using (var reservation = new CacheReservation(pool, []))
        {
            reservation.Take(table, 3);
            reservation.Commit();
        }
        Assert.Equal((3, 1, 3), (table.Count, pool.FreeCount, pool.OwnedCount));
    }

    [Fact]
    public void Two_tables_get_back_exactly_what_each_had_before()
    {
        var pool = new BlockPool(8, 16);
        BlockTable first = new(), second = new();
        List<(BlockTable, int)> held = [];
        using (var reservation = new CacheReservation(pool, held))
        {
            reservation.Take(first, 1);
            reservation.Take(second, 2);
            reservation.Commit();
        }
        int[] before = [.. second];
        using (var reservation = new CacheReservation(pool, held))
        {
            reservation.Take(first, 2);
            reservation.Take(second, 1);
        }
        Assert.Single(first);
        Assert.Equal(before, second);
        Assert.Equal(5, pool.FreeCount);
    }
}
