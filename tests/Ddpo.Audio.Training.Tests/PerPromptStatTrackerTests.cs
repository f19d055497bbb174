using System.Text.Json;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;

namespace Ddpo.Audio.Tests.Training;

public sealed class PerPromptStatTrackerTests
{
    [Fact]
    public void Advantages_and_statistics_equal_the_reference_epoch_by_epoch()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("golden", "stat_tracker.json")));
        var root = golden.RootElement;
        var atol = root.GetProperty("atol").GetDouble();
        var tracker = new PerPromptStatTracker(root.GetProperty("buffer_size").GetInt32(), root.GetProperty("min_count").GetInt32());

        var epochs = root.GetProperty("epochs").EnumerateArray().ToArray();
        Assert.NotEmpty(epochs);
        foreach (var epoch in epochs)
        {
            var prompts = epoch.GetProperty("prompts").EnumerateArray().Select(prompt => prompt.GetString()!).ToArray();
            var rewards = Floats(epoch, "rewards");
            AssertClose(Floats(epoch, "advantages"), tracker.Update(prompts, rewards), atol);
            AssertClose(Floats(epoch, "global_advantages"), PromptAdvantages.Global(rewards), atol);

            var after = epoch.GetProperty("stats_after").EnumerateObject().ToArray();
            Assert.Equal(after.Length, tracker.Statistics.Count);
            foreach (var prompt in after)
            {
                var (statistics, count) = tracker.Statistics[prompt.Name];
                Assert.Equal(prompt.Value.GetProperty("count").GetInt32(), count);
                Assert.Equal(prompt.Value.GetProperty("mean").GetDouble(), statistics.Mean, atol);
                Assert.Equal(prompt.Value.GetProperty("std").GetDouble(), statistics.Std, atol);
            }
        }
    }

    [Fact]
    public void A_prompt_whose_rewards_are_all_equal_gets_no_advantage()
    {
        var tracker = new PerPromptStatTracker(bufferSize: 4, minCount: 2);
        Assert.All(tracker.Update(["a", "a", "a"], [0.5f, 0.5f, 0.5f]), advantage => Assert.Equal(0, advantage));
    }

    private static float[] Floats(JsonElement epoch, string name) =>
        [.. epoch.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static void AssertClose(float[] expected, float[] actual, double atol)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, atol));
    }
}
