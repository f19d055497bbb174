using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class FiniteValuesTests : IDisposable
{
    private const int Count = 37; // more than any vector has, and a rest

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ScalarType> Types => [ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64];

    [Theory]
    [MemberData(nameof(Types))]
    public void One_bad_value_is_found_wherever_it_is(ScalarType dtype)
    {
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            for (var at = 0; at < Count; at++)
            {
                var values = zeros(Count, dtype);
                values[at] = tensor(bad, dtype);
                Assert.False(FiniteValues.All(values), $"{bad} at {at}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_largest_and_the_smallest_values_are_finite(ScalarType dtype)
    {
        var limits = finfo(dtype);
        Assert.True(FiniteValues.All(cat([full([Count], limits.max, dtype), full([Count], limits.min, dtype), full([Count], limits.tiny, dtype), zeros(1, dtype)])));
    }

    [Fact]
    public void Only_what_a_view_shows_counts()
    {
        var values = tensor(new[] { 1f, float.NaN, 3f, 4f }).reshape(2, 2);

        Assert.True(FiniteValues.All(values.select(1, 0)));
        Assert.False(FiniteValues.All(values.t()));
        Assert.True(FiniteValues.All(values.select(0, 1)));
        Assert.True(FiniteValues.All(zeros(0)));
        Assert.True(FiniteValues.All(tensor(2f)));
    }

    public void Dispose() => _scope.Dispose();
}
