using Ddpo.Audio.Testing;
using Xunit.Sdk;

namespace Ddpo.Audio.Tests.Testing;

/// <summary>The golden comparison is what every other test leans on, so it has to fail when it should.</summary>
public sealed class ComparisonTests
{
    [Theory]
    [InlineData(1.0f, true)]
    [InlineData(1.09f, true)]
    [InlineData(1.11f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.PositiveInfinity, false)]
    public void An_element_outside_the_tolerance_fails(float actual, bool passes)
    {
        using var scope = NewDisposeScope();
        var comparison = Comparison.Of("x", tensor(new[] { 0f, 1f }), tensor(new[] { 0f, actual }), new Tolerance(0.05, 0.05));

        if (passes)
        {
            comparison.AssertNoneOutside();
        }
        else
        {
            var failure = Assert.Throws<TrueException>(comparison.AssertNoneOutside);
            Assert.Contains("worst at [1]", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_shape_fails_even_when_the_values_agree()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<TrueException>(Comparison.Of("x", ones(2, 1), ones(1, 2), new Tolerance(1)).AssertNoneOutside);
    }

    [Fact]
    public void Each_row_has_its_own_tolerance()
    {
        using var scope = NewDisposeScope();
        var tolerance = new Tolerance(1) { Rows = [0.1, 1] };
        var off = tensor(new[] { 0f, 0f, 0.5f, 0f }).reshape(2, 2);

        Comparison.Of("x", zeros(2, 2), off, tolerance).AssertNoneOutside();
        var failure = Assert.Throws<TrueException>(Comparison.Of("x", zeros(2, 2), off.flip(0), tolerance).AssertNoneOutside);
        Assert.Contains("worst at [0, 0]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outliers_are_counted_up_to_their_own_limit()
    {
        using var scope = NewDisposeScope();
        var tolerance = new Tolerance(0.1) { Outlier = 1, MaxOutlierFraction = 0.5 };

        var comparison = Comparison.Of("x", zeros(3), tensor(new[] { 0f, 0.5f, -0.9f }), tolerance);
        comparison.AssertNoneOutside();
        Assert.Equal((2, 3), (comparison.Outliers, comparison.Elements));
        Assert.Throws<TrueException>(Comparison.Of("x", zeros(1), tensor(new[] { 1.5f }), tolerance).AssertNoneOutside);
    }
}
