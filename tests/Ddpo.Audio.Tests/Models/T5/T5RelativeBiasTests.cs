using Ddpo.Audio.Models.T5;

namespace Ddpo.Audio.Tests.Models.T5;

public sealed class T5RelativeBiasTests
{
    // 32 buckets, 16 a direction: 8 exact ones, then 8 + floor(8 log(distance / 8) / log(128 / 8)), at most 15.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(8, 8)]
    [InlineData(11, 8)]
    [InlineData(12, 9)]
    [InlineData(16, 10)]
    [InlineData(32, 12)]
    [InlineData(90, 14)]
    [InlineData(127, 15)]
    [InlineData(128, 15)]
    [InlineData(299, 15)]
    public void Buckets_are_exact_near_and_logarithmic_far(int distance, long bucket)
    {
        using var scope = NewDisposeScope();
        var buckets = T5RelativeBias.Buckets(300, new T5Config(), CPU);

        Assert.Equal(bucket, buckets[distance, 0].item<long>()); // the key is behind the query
        Assert.Equal(distance == 0 ? 0 : bucket + 16, buckets[0, distance].item<long>()); // ahead of it
    }
}
