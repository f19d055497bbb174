namespace TorchSharp;

public static partial class torch
{
    // Element-wise functions.
    public partial class Tensor
    {
        public Tensor abs() => Aten.Call("abs", this);
        public Tensor abs_() => Aten.CallInPlace(this, "abs_", this);
        public Tensor ceil() => Aten.Call("ceil", this);
        public Tensor ceil_() => Aten.CallInPlace(this, "ceil_", this);
        public Tensor cos() => Aten.Call("cos", this);
        public Tensor cos_() => Aten.CallInPlace(this, "cos_", this);
        public Tensor cosh() => Aten.Call("cosh", this);
        public Tensor cosh_() => Aten.CallInPlace(this, "cosh_", this);
        public Tensor erf() => Aten.Call("erf", this);
        public Tensor erf_() => Aten.CallInPlace(this, "erf_", this);
        public Tensor erfc() => Aten.Call("erfc", this);
        public Tensor erfc_() => Aten.CallInPlace(this, "erfc_", this);
        public Tensor exp() => Aten.Call("exp", this);
        public Tensor exp_() => Aten.CallInPlace(this, "exp_", this);
        public Tensor expm1() => Aten.Call("expm1", this);
        public Tensor expm1_() => Aten.CallInPlace(this, "expm1_", this);
        public Tensor floor() => Aten.Call("floor", this);
        public Tensor floor_() => Aten.CallInPlace(this, "floor_", this);
        public Tensor frac() => Aten.Call("frac", this);
        public Tensor frac_() => Aten.CallInPlace(this, "frac_", this);
        public Tensor log() => Aten.Call("log", this);
        public Tensor log_() => Aten.CallInPlace(this, "log_", this);
        public Tensor log10() => Aten.Call("log10", this);
        public Tensor log10_() => Aten.CallInPlace(this, "log10_", this);
        public Tensor log1p() => Aten.Call("log1p", this);
        public Tensor log1p_() => Aten.CallInPlace(this, "log1p_", this);
        public Tensor log2() => Aten.Call("log2", this);
        public Tensor log2_() => Aten.CallInPlace(this, "log2_", this);
        public Tensor neg() => Aten.Call("neg", this);
        public Tensor neg_() => Aten.CallInPlace(this, "neg_", this);
        public Tensor reciprocal() => Aten.Call("reciprocal", this);
        public Tensor reciprocal_() => Aten.CallInPlace(this, "reciprocal_", this);
        public Tensor relu() => Aten.Call("relu", this);
        public Tensor relu_() => Aten.CallInPlace(this, "relu_", this);
        public Tensor rsqrt() => Aten.Call("rsqrt", this);
        public Tensor rsqrt_() => Aten.CallInPlace(this, "rsqrt_", this);
        public Tensor sigmoid() => Aten.Call("sigmoid", this);
        public Tensor sigmoid_() => Aten.CallInPlace(this, "sigmoid_", this);
        public Tensor sign() => Aten.Call("sign", this);
        public Tensor sign_() => Aten.CallInPlace(this, "sign_", this);
        public Tensor silu() => Aten.Call("silu", this);
        public Tensor silu_() => Aten.CallInPlace(this, "silu_", this);
        public Tensor sin() => Aten.Call("sin", this);
        public Tensor sin_() => Aten.CallInPlace(this, "sin_", this);
        public Tensor sinh() => Aten.Call("sinh", this);
        public Tensor sinh_() => Aten.CallInPlace(this, "sinh_", this);
        public Tensor sqrt() => Aten.Call("sqrt", this);
        public Tensor sqrt_() => Aten.CallInPlace(this, "sqrt_", this);
        public Tensor tan() => Aten.Call("tan", this);
        public Tensor tan_() => Aten.CallInPlace(this, "tan_", this);
        public Tensor tanh() => Aten.Call("tanh", this);
        public Tensor tanh_() => Aten.CallInPlace(this, "tanh_", this);
        public Tensor trunc() => Aten.Call("trunc", this);
        public Tensor trunc_() => Aten.CallInPlace(this, "trunc_", this);
        public Tensor atan() => Aten.Call("atan", this);
        public Tensor atan_() => Aten.CallInPlace(this, "atan_", this);
        public Tensor square() => Aten.Call("square", this);
        public Tensor exp2() => Aten.Call("exp2", this);
        public Tensor gelu() => Aten.Call("gelu", this);
        public Tensor isfinite() => Aten.Call("isfinite", this);
        public Tensor isinf() => Aten.Call("isinf", this);
        public Tensor isnan() => Aten.Call("isnan", this);
        public Tensor isneginf() => Aten.Call("isneginf", this);
        public Tensor isposinf() => Aten.Call("isposinf", this);
        public Tensor logical_not() => Aten.Call("logical_not", this);
        public Tensor bitwise_not() => Aten.Call("bitwise_not", this);
        public Tensor sgn() => Aten.Call("sgn", this);
        public Tensor asin() => Aten.Call("asin", this);
        public Tensor acos() => Aten.Call("acos", this);
        public Tensor round(long decimals = 0) => Aten.Call("round.decimals", this, decimals);
        public Tensor round_(long decimals = 0) => Aten.CallInPlace(this, "round_.decimals", this, decimals);
        public Tensor leaky_relu(Scalar negative_slope) => Aten.Call("leaky_relu", this, negative_slope);
        public Tensor leaky_relu_(Scalar negative_slope) => Aten.CallInPlace(this, "leaky_relu_", this, negative_slope);
        public Tensor softplus(double beta = 1, double threshold = 20) => Aten.Call("softplus", this, beta, threshold);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Aten.Call("nan_to_num", this, nan, posinf, neginf);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.Call("clamp", this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Aten.Call("clamp.Tensor", this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Aten.CallInPlace(this, "clamp_", this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Aten.CallInPlace(this, "clamp_.Tensor", this, min, max);
        public Tensor clamp_min(Scalar min) => Aten.Call("clamp_min", this, min);
        public Tensor clamp_min_(Scalar min) => Aten.CallInPlace(this, "clamp_min_", this, min);
        public Tensor clamp_max(Scalar max) => Aten.Call("clamp_max", this, max);
        public Tensor clamp_max_(Scalar max) => Aten.CallInPlace(this, "clamp_max_", this, max);
        public Tensor maximum(Tensor other) => Aten.Call("maximum", this, other);
        public Tensor minimum(Tensor other) => Aten.Call("minimum", this, other);
        public Tensor atan2(Tensor other) => Aten.Call("atan2", this, other);
        public Tensor logaddexp(Tensor other) => Aten.Call("logaddexp", this, other);
        public Tensor hypot(Tensor other) => Aten.Call("hypot", this, other);
        public Tensor copysign(Tensor other) => Aten.Call("copysign.Tensor", this, other);
        public Tensor logical_and(Tensor other) => Aten.Call("logical_and", this, other);
        public Tensor logical_or(Tensor other) => Aten.Call("logical_or", this, other);
        public Tensor logical_xor(Tensor other) => Aten.Call("logical_xor", this, other);
        public Tensor bitwise_and(Tensor other) => Aten.Call("bitwise_and.Tensor", this, other);
        public Tensor bitwise_or(Tensor other) => Aten.Call("bitwise_or.Tensor", this, other);
        public Tensor bitwise_xor(Tensor other) => Aten.Call("bitwise_xor.Tensor", this, other);
        public Tensor max(Tensor other) => maximum(other);
        public Tensor min(Tensor other) => minimum(other);
        public Tensor where(Tensor condition, Tensor y) => Aten.Call("where.self", condition, this, y);
        public Tensor masked_fill(Tensor mask, Scalar value) => Aten.Call("masked_fill.Scalar", this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Aten.CallInPlace(this, "masked_fill_.Scalar", this, mask, value);
        public Tensor lerp(Tensor end, Tensor weight) => Aten.Call("lerp.Tensor", this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => Aten.CallInPlace(this, "lerp_.Tensor", this, end, weight);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.Call("softmax.int", this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.Call("log_softmax.int", this, dim, dtype);
    }
}
