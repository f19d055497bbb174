using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class SeedsTests
{
    [Fact]
    public void A_permutation_holds_every_number_once_and_depends_on_the_seed_alone()
    {
        var order = Seeds.Permutation(100, 7);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), order.Order());
        Assert.Equal(order, Seeds.Permutation(100, 7));
        Assert.NotEqual(order, Seeds.Permutation(100, 8));
    }

    [Fact]
    public void Every_place_is_as_likely_for_every_number()
    {
        var counts = new int[3];
        for (ulong seed = 0; seed < 3000; seed++)
        {
            counts[Array.IndexOf(Seeds.Permutation(3, seed), 0L)]++;
        }

        // Binomial with p = 1/3: standard deviation 26, so this is within six of them.
        Assert.All(counts, count => Assert.InRange(count, 845, 1155));
    }

    [Fact]
    public void Seeds_of_different_positions_differ() =>
        Assert.Equal(4, new[]
        {
            Seeds.Derive(1, 0, 1), Seeds.Derive(1, 1, 0), Seeds.Derive(2, 0, 1), Seeds.Derive(1, 0),
        }.Distinct().Count());
}
