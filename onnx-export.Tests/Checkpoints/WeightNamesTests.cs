using OnnxExport.Checkpoints;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests.Checkpoints;

public class WeightNamesTests
{
    [Theory]
    [InlineData("model.embed_tokens.weight", "model.language_model.embed_tokens.weight")]
    [InlineData("model.norm.weight", "model.language_model.norm.weight")]
    [InlineData("model.layers.3.input_layernorm.weight", "model.language_model.layers.3.input_layernorm.weight")]
    [InlineData("model.layers.3.post_attention_layernorm.weight", "model.language_model.layers.3.post_attention_layernorm.weight")]
    [InlineData("model.layers.23.self_attn.query_layernorm.weight", "model.language_model.layers.23.self_attn.query_layernorm.weight")]
    [InlineData("lm_head.weight", "lm_head.weight")]
    [InlineData("vit.embeddings.patch_embedding.weight", "model.vision_tower.embeddings.patch_embedding.weight")]
    [InlineData("vit.layers.11.input_layernorm.bias", "model.vision_tower.layers.11.layer_norm1.bias")]
    [InlineData("vit.layers.11.post_attention_layernorm.weight", "model.vision_tower.layers.11.layer_norm2.weight")]
    [InlineData("vit.layers.0.mlp.dense_h_to_4h.weight", "model.vision_tower.layers.0.mlp.fc1.weight")]
    [InlineData("vit.layers.0.mlp.dense_4h_to_h.bias", "model.vision_tower.layers.0.mlp.fc2.bias")]
    [InlineData("vit.layers.0.self_attn.q_proj.bias", "model.vision_tower.layers.0.self_attn.q_proj.bias")]
    [InlineData("vit.perceive.proj.0.weight", "model.vision_tower.patch_merger.proj_conv.weight")]
    [InlineData("vit.perceive.proj.2.bias", "model.vision_tower.patch_merger.proj_out.bias")]
    [InlineData("vit.perceive.mlp.weight", "model.vision_tower.patch_merger.mlp.weight")]
    [InlineData("vit.perceive.image_newline", "model.vision_tower.patch_merger.image_newline")]
    [InlineData("model.vit.perceive.before_rms.weight", "model.vision_tower.patch_merger.before_rms.weight")]
    public void An_older_name_becomes_the_canonical_one(string stored, string canonical) =>
        Assert.Equal(canonical, WeightNames.Canonical(stored));

    [Fact]
    public void Every_weight_has_an_older_name_that_leads_back_to_it()
    {
        foreach ((string name, _) in WeightList.Of(SmallModel.Configuration))
        {
            Assert.Equal(name, WeightNames.Canonical(name));
            Assert.Equal(name, WeightNames.Canonical(WeightNames.Older(name)));
            Assert.DoesNotContain("language_model", WeightNames.Older(name), StringComparison.Ordinal);
            Assert.DoesNotContain("vision_tower", WeightNames.Older(name), StringComparison.Ordinal);
        }
    }
}
