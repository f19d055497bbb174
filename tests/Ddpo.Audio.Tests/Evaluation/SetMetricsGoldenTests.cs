using Ddpo.Audio.Evaluation;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class SetMetricsGoldenTests : IDisposable
{
    private const string Case = "golden/algorithms/set_metrics";

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly GoldenCase _golden = GoldenCase.Open(Case);

    public void Dispose()
    {
        _golden.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Means_and_covariances_equal_the_reference()
    {
        foreach (var name in Stored("mean."))
        {
            var gaussian = Gaussian.Of(Rows(name));
            _golden.AssertClose($"mean.{name}", gaussian.Mean);
            _golden.AssertClose($"covariance.{name}", gaussian.Covariance);
        }
    }

    [Fact]
    public void Frechet_distances_equal_the_reference()
    {
        foreach (var pair in Pairs("fad."))
        {
            var (one, other) = (Set(pair.Split('.')[0]), Set(pair.Split('.')[1]));
            var distance = FrechetAudioDistance.Measure(one, other);
            _golden.AssertClose($"fad.{pair}", tensor(distance.Value, ScalarType.Float64));
            Assert.Equal(Math.Min(one.Rows.Count, other.Rows.Count) <= one.Dimension, distance.Warning is not null);
        }
    }

    [Fact]
    public void Kernel_distances_and_their_bandwidths_equal_the_reference()
    {
        foreach (var pair in Pairs("bandwidth."))
        {
            var (value, bandwidth) = KernelAudioDistance.Between(Rows(pair.Split('.')[0]), Rows(pair.Split('.')[1]));
            _golden.AssertClose($"kad.{pair}", tensor(value, ScalarType.Float64));
            _golden.AssertClose($"bandwidth.{pair}", tensor(bandwidth, ScalarType.Float64));
        }
    }

    [Fact]
    public void The_line_of_fad_infinity_equals_the_reference()
    {
        var parts = Stored("fad_infinity.indices.").Order(StringComparer.Ordinal)
            .Select(i => _golden[$"fad_infinity.indices.{i}"].data<long>().ToArray().Select(row => (int)row).ToArray()).ToList();
        var (value, slope, fit) = FrechetAudioDistance.AlongLine(Gaussian.Of(Rows("reference")), Rows("candidate"), parts);
        _golden.AssertClose("fad_infinity.score", tensor(value, ScalarType.Float64));
        _golden.AssertClose("fad_infinity.slope", tensor(slope, ScalarType.Float64));
        _golden.AssertClose("fad_infinity.r2", tensor(fit, ScalarType.Float64));
    }

    private string[] Stored(string prefix)
    {
        string[] found = [.. _golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..])];
        Assert.NotEmpty(found);
        return found;
    }

    // Means of clips are not vectors of windows.
    private string[] Pairs(string prefix) => [.. Stored(prefix).Where(pair => !pair.Contains("clip_mean", StringComparison.Ordinal))];

    private float[][] Rows(string name)
    {
        using var rows = _golden[name];
        return [.. rows.data<float>().ToArray().Chunk((int)rows.shape[1])];
    }

    private EmbeddingSet Set(string name) => new("golden", Rows(name), 1);
}
