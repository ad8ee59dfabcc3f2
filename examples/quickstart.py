"""The shortest way round: register a version, read it back, ask for the good ones. Run it twice; nothing doubles."""

from modelreg import F, ModelRegistry

with ModelRegistry() as registry:
    done = registry.register(
        "fraud",
        "1.4.0",
        uri="s3://models/fraud/1.4.0/model.onnx",
        model_format="onnx",
        metrics={"auc": 0.94},
        higher_is_better={"auc": True},
        properties={"features": 31, "params": {"depth": 6}},
        labels=["candidate"],
    )
    print(done.version.name, done.outcome)
    for version in registry.versions.list(model="fraud", where=F("auc") > 0.9, order_by="CREATE_TIME"):
        print(version.name, version.properties["auc"])
