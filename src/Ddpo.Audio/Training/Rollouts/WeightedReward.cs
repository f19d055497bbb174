namespace Ddpo.Audio.Training.Rollouts;

/// <summary>A reward and its share in the sum that is trained on.</summary>
internal sealed record WeightedReward(IRewardFunction Function, double Weight, RewardNormalization Normalization);

/// <summary>A reward's part in the sum, without the reward.</summary>
internal sealed record RewardTerm(string Name, double Weight, RewardNormalization Normalization);
