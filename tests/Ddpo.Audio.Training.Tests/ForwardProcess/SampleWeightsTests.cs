using System.Text.Json;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.ForwardProcess;

namespace Ddpo.Audio.Tests.Training.ForwardProcess;

/// <summary>What rewards make of samples.</summary>
public sealed class SampleWeightsTests
{
    private static readonly Prompt[] s_prompts = ["a", "b", "a", "b", "b", "a", "b", "a"];

    [Fact]
    public void Weights_and_what_is_kept_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open("golden/algorithms/advantages");
        foreach (var (epoch, texts) in golden.Scalars.GetProperty("prompts").Deserialize<string[][]>()!.Index())
        {
            Prompt[] prompts = [.. texts.Select(text => (Prompt)text)];
            var rewards = golden[$"rewards.{epoch}"].data<float>().ToArray();
            foreach (var temperature in golden.Scalars.GetProperty("temperatures").EnumerateArray())
            {
                foreach (var (perPrompt, name) in new[] { (false, "rwr_global"), (true, "rwr_per_prompt") })
                {
                    var weights = new SoftmaxWeights(temperature.GetDouble(), perPrompt).Estimate(rewards, prompts).ToArray();
                    golden.AssertClose($"{name}.temperature{temperature.GetRawText()}.{epoch}", tensor(weights));
                    Assert.Equal(1, weights.Average(), 1e-6);
                }
            }

            foreach (var percentile in golden.Scalars.GetProperty("percentiles").EnumerateArray())
            {
                var key = $"percentile{percentile.GetRawText()}.{epoch}";
                golden.AssertClose("sparse_threshold." + key, tensor(new[] { SparseWeights.Threshold(rewards, percentile.GetDouble()) }));
                Assert.Equal(
                    golden["sparse_kept." + key].data<long>().ToArray().Select(kept => (float)kept),
                    SparseWeights.Percentile(percentile.GetDouble()).Estimate(rewards, prompts));
            }

            var clip = golden.Scalars.GetProperty("adv_clip_max").GetDouble();
            golden.AssertClose(
                $"nft_optimality.{epoch}",
                new NegativeAwareMatching(new NftOptions { AdvantageClip = clip }).Optimality(golden[$"advantages_for_optimality.{epoch}"]));
        }
    }

    [Theory]
    [InlineData(0.25, new float[] { 0, 0, 0, 0, 1, 1, 0, 0 })]
    [InlineData(0.5, new float[] { 0, 1, 0, 0, 1, 1, 0, 1 })]
    [InlineData(1, new float[] { 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(0.01, new float[] { 0, 0, 0, 0, 1, 1, 0, 0 })]
    public void The_best_of_each_prompt_are_kept(double share, float[] expected)
    {
        float[] rewards = [0.1f, 8, 0.2f, 7, 9, 0.4f, 6, 0.3f];
        Assert.Equal(expected, SparseWeights.BestOfPrompt(share).Estimate(rewards, s_prompts));
    }

    [Fact]
    public void Of_a_prompt_whose_rewards_are_equal_none_is_better()
    {
        var weights = SparseWeights.BestOfPrompt(0.5);
        Assert.Equal([1, 0, 0, 0, 0, 1, 0, 0], weights.Estimate([3, 0.5f, 1, 0.5f, 0.5f, 2, 0.5f, 0], s_prompts));
        Assert.Equal(0.5, weights.Measurements[ForwardProcessMeasurements.FilteredGroups]);
    }

    [Fact]
    public void Where_no_sample_is_better_than_those_it_is_compared_with_none_weighs_anything()
    {
        float[] equal = [.. Enumerable.Repeat(0.3f, 8)];
        IAdvantageEstimator[] all =
            [new SoftmaxWeights(2, perPrompt: false), new SoftmaxWeights(2, perPrompt: true), SparseWeights.BestOfPrompt(0.5), SparseWeights.Percentile(50)];
        Assert.All(all, estimator => Assert.All(estimator.Estimate(equal, s_prompts), weight => Assert.Equal(0, weight)));

        float[] byPrompt = [.. s_prompts.Select(prompt => prompt.Text == "a" ? 1f : 2)];
        Assert.Contains(all[0].Estimate(byPrompt, s_prompts), weight => weight > 1);
        Assert.All(all[1].Estimate(byPrompt, s_prompts), weight => Assert.Equal(0, weight));
    }

    [Fact]
    public void A_sharper_softmax_leaves_fewer_samples_that_count()
    {
        float[] rewards = [0.1f, 0.8f, 0.2f, 0.7f, 0.9f, 0.4f, 0.6f, 0.3f];
        double Effective(double temperature)
        {
            var weights = new SoftmaxWeights(temperature, perPrompt: false);
            weights.Estimate(rewards, s_prompts);
            return weights.Measurements[ForwardProcessMeasurements.EffectiveShare];
        }

        Assert.Equal(1, Effective(1e-6), 1e-5);
        Assert.InRange(Effective(5), 0.2, 0.8);
        Assert.Equal(1 / 8.0, Effective(1000), 1e-5);
    }

    [Fact]
    public void The_old_policys_decay_equals_the_references_types()
    {
        var options = new Dictionary<string, OldPolicyDecayOptions>
        {
            ["0"] = new() { PerUpdate = 0 },
            ["1"] = new(),
            ["2"] = new() { PerUpdate = 0.0075, Start = 75, Max = 0.999 },
        };
        using var golden = GoldenCase.Open("golden/algorithms/ema");
        foreach (var type in golden.Scalars.GetProperty("nft_old_policy_decay").EnumerateObject())
        {
            Assert.All(
                type.Value.Deserialize<double[][]>()!,
                expected => Assert.Equal(expected[1], options[type.Name].After((long)expected[0]), 1e-12));
        }
    }
}
