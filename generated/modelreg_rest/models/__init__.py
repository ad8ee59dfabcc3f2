"""The models of the contract, each loaded when first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .artifact_list import ArtifactList
    from .artifact_state import ArtifactState
    from .artifact_type_query_param import ArtifactTypeQueryParam
    from .base_artifact import BaseArtifact
    from .base_model import BaseModel
    from .base_resource import BaseResource
    from .base_resource_create import BaseResourceCreate
    from .base_resource_dates import BaseResourceDates
    from .base_resource_list import BaseResourceList
    from .base_resource_update import BaseResourceUpdate
    from .custom_properties import CustomProperties
    from .data_set import DataSet
    from .data_set_artifact_type import DataSetArtifactType
    from .data_set_create import DataSetCreate
    from .data_set_create_artifact_type import DataSetCreateArtifactType
    from .data_set_update import DataSetUpdate
    from .data_set_update_artifact_type import DataSetUpdateArtifactType
    from .doc_artifact import DocArtifact
    from .doc_artifact_artifact_type import DocArtifactArtifactType
    from .doc_artifact_create import DocArtifactCreate
    from .doc_artifact_create_artifact_type import DocArtifactCreateArtifactType
    from .doc_artifact_update import DocArtifactUpdate
    from .doc_artifact_update_artifact_type import DocArtifactUpdateArtifactType
    from .error import Error
    from .execution_state import ExecutionState
    from .experiment import Experiment
    from .experiment_create import ExperimentCreate
    from .experiment_list import ExperimentList
    from .experiment_run import ExperimentRun
    from .experiment_run_create import ExperimentRunCreate
    from .experiment_run_list import ExperimentRunList
    from .experiment_run_state import ExperimentRunState
    from .experiment_run_status import ExperimentRunStatus
    from .experiment_run_update import ExperimentRunUpdate
    from .experiment_state import ExperimentState
    from .experiment_update import ExperimentUpdate
    from .inference_service import InferenceService
    from .inference_service_create import InferenceServiceCreate
    from .inference_service_list import InferenceServiceList
    from .inference_service_state import InferenceServiceState
    from .inference_service_update import InferenceServiceUpdate
    from .metadata_bool_value import MetadataBoolValue
    from .metadata_bool_value_metadata_type import MetadataBoolValueMetadataType
    from .metadata_double_value import MetadataDoubleValue
    from .metadata_double_value_metadata_type import MetadataDoubleValueMetadataType
    from .metadata_int_value import MetadataIntValue
    from .metadata_int_value_metadata_type import MetadataIntValueMetadataType
    from .metadata_proto_value import MetadataProtoValue
    from .metadata_proto_value_metadata_type import MetadataProtoValueMetadataType
    from .metadata_string_value import MetadataStringValue
    from .metadata_string_value_metadata_type import MetadataStringValueMetadataType
    from .metadata_struct_value import MetadataStructValue
    from .metadata_struct_value_metadata_type import MetadataStructValueMetadataType
    from .metric import Metric
    from .metric_artifact_type import MetricArtifactType
    from .metric_create import MetricCreate
    from .metric_create_artifact_type import MetricCreateArtifactType
    from .metric_list import MetricList
    from .metric_update import MetricUpdate
    from .metric_update_artifact_type import MetricUpdateArtifactType
    from .model_artifact import ModelArtifact
    from .model_artifact_artifact_type import ModelArtifactArtifactType
    from .model_artifact_create import ModelArtifactCreate
    from .model_artifact_list import ModelArtifactList
    from .model_artifact_update import ModelArtifactUpdate
    from .model_artifact_update_artifact_type import ModelArtifactUpdateArtifactType
    from .model_version import ModelVersion
    from .model_version_create import ModelVersionCreate
    from .model_version_list import ModelVersionList
    from .model_version_state import ModelVersionState
    from .model_version_update import ModelVersionUpdate
    from .order_by_field import OrderByField
    from .parameter import Parameter
    from .parameter_artifact_type import ParameterArtifactType
    from .parameter_create import ParameterCreate
    from .parameter_create_artifact_type import ParameterCreateArtifactType
    from .parameter_type import ParameterType
    from .parameter_update import ParameterUpdate
    from .parameter_update_artifact_type import ParameterUpdateArtifactType
    from .registered_model import RegisteredModel
    from .registered_model_create import RegisteredModelCreate
    from .registered_model_list import RegisteredModelList
    from .registered_model_state import RegisteredModelState
    from .registered_model_update import RegisteredModelUpdate
    from .serve_model import ServeModel
    from .serve_model_create import ServeModelCreate
    from .serve_model_list import ServeModelList
    from .serve_model_update import ServeModelUpdate
    from .serving_environment import ServingEnvironment
    from .serving_environment_create import ServingEnvironmentCreate
    from .serving_environment_list import ServingEnvironmentList
    from .serving_environment_update import ServingEnvironmentUpdate
    from .sort_order import SortOrder
    from .unknown_artifact import UnknownArtifact
    from .unknown_metadata_value import UnknownMetadataValue

_MODULES = {
    "ArtifactList": ".artifact_list",
    "ArtifactState": ".artifact_state",
    "ArtifactTypeQueryParam": ".artifact_type_query_param",
    "BaseArtifact": ".base_artifact",
    "BaseModel": ".base_model",
    "BaseResource": ".base_resource",
    "BaseResourceCreate": ".base_resource_create",
    "BaseResourceDates": ".base_resource_dates",
    "BaseResourceList": ".base_resource_list",
    "BaseResourceUpdate": ".base_resource_update",
    "CustomProperties": ".custom_properties",
    "DataSet": ".data_set",
    "DataSetArtifactType": ".data_set_artifact_type",
    "DataSetCreate": ".data_set_create",
    "DataSetCreateArtifactType": ".data_set_create_artifact_type",
    "DataSetUpdate": ".data_set_update",
    "DataSetUpdateArtifactType": ".data_set_update_artifact_type",
    "DocArtifact": ".doc_artifact",
    "DocArtifactArtifactType": ".doc_artifact_artifact_type",
    "DocArtifactCreate": ".doc_artifact_create",
    "DocArtifactCreateArtifactType": ".doc_artifact_create_artifact_type",
    "DocArtifactUpdate": ".doc_artifact_update",
    "DocArtifactUpdateArtifactType": ".doc_artifact_update_artifact_type",
    "Error": ".error",
    "ExecutionState": ".execution_state",
    "Experiment": ".experiment",
    "ExperimentCreate": ".experiment_create",
    "ExperimentList": ".experiment_list",
    "ExperimentRun": ".experiment_run",
    "ExperimentRunCreate": ".experiment_run_create",
    "ExperimentRunList": ".experiment_run_list",
    "ExperimentRunState": ".experiment_run_state",
    "ExperimentRunStatus": ".experiment_run_status",
    "ExperimentRunUpdate": ".experiment_run_update",
    "ExperimentState": ".experiment_state",
    "ExperimentUpdate": ".experiment_update",
    "InferenceService": ".inference_service",
    "InferenceServiceCreate": ".inference_service_create",
    "InferenceServiceList": ".inference_service_list",
    "InferenceServiceState": ".inference_service_state",
    "InferenceServiceUpdate": ".inference_service_update",
    "MetadataBoolValue": ".metadata_bool_value",
    "MetadataBoolValueMetadataType": ".metadata_bool_value_metadata_type",
    "MetadataDoubleValue": ".metadata_double_value",
    "MetadataDoubleValueMetadataType": ".metadata_double_value_metadata_type",
    "MetadataIntValue": ".metadata_int_value",
    "MetadataIntValueMetadataType": ".metadata_int_value_metadata_type",
    "MetadataProtoValue": ".metadata_proto_value",
    "MetadataProtoValueMetadataType": ".metadata_proto_value_metadata_type",
    "MetadataStringValue": ".metadata_string_value",
    "MetadataStringValueMetadataType": ".metadata_string_value_metadata_type",
    "MetadataStructValue": ".metadata_struct_value",
    "MetadataStructValueMetadataType": ".metadata_struct_value_metadata_type",
    "Metric": ".metric",
    "MetricArtifactType": ".metric_artifact_type",
    "MetricCreate": ".metric_create",
    "MetricCreateArtifactType": ".metric_create_artifact_type",
    "MetricList": ".metric_list",
    "MetricUpdate": ".metric_update",
    "MetricUpdateArtifactType": ".metric_update_artifact_type",
    "ModelArtifact": ".model_artifact",
    "ModelArtifactArtifactType": ".model_artifact_artifact_type",
    "ModelArtifactCreate": ".model_artifact_create",
    "ModelArtifactList": ".model_artifact_list",
    "ModelArtifactUpdate": ".model_artifact_update",
    "ModelArtifactUpdateArtifactType": ".model_artifact_update_artifact_type",
    "ModelVersion": ".model_version",
    "ModelVersionCreate": ".model_version_create",
    "ModelVersionList": ".model_version_list",
    "ModelVersionState": ".model_version_state",
    "ModelVersionUpdate": ".model_version_update",
    "OrderByField": ".order_by_field",
    "Parameter": ".parameter",
    "ParameterArtifactType": ".parameter_artifact_type",
    "ParameterCreate": ".parameter_create",
    "ParameterCreateArtifactType": ".parameter_create_artifact_type",
    "ParameterType": ".parameter_type",
    "ParameterUpdate": ".parameter_update",
    "ParameterUpdateArtifactType": ".parameter_update_artifact_type",
    "RegisteredModel": ".registered_model",
    "RegisteredModelCreate": ".registered_model_create",
    "RegisteredModelList": ".registered_model_list",
    "RegisteredModelState": ".registered_model_state",
    "RegisteredModelUpdate": ".registered_model_update",
    "ServeModel": ".serve_model",
    "ServeModelCreate": ".serve_model_create",
    "ServeModelList": ".serve_model_list",
    "ServeModelUpdate": ".serve_model_update",
    "ServingEnvironment": ".serving_environment",
    "ServingEnvironmentCreate": ".serving_environment_create",
    "ServingEnvironmentList": ".serving_environment_list",
    "ServingEnvironmentUpdate": ".serving_environment_update",
    "SortOrder": ".sort_order",
    "UnknownArtifact": ".unknown_artifact",
    "UnknownMetadataValue": ".unknown_metadata_value",
}

__all__ = (
    "ArtifactList",
    "ArtifactState",
    "ArtifactTypeQueryParam",
    "BaseArtifact",
    "BaseModel",
    "BaseResource",
    "BaseResourceCreate",
    "BaseResourceDates",
    "BaseResourceList",
    "BaseResourceUpdate",
    "CustomProperties",
    "DataSet",
    "DataSetArtifactType",
    "DataSetCreate",
    "DataSetCreateArtifactType",
    "DataSetUpdate",
    "DataSetUpdateArtifactType",
    "DocArtifact",
    "DocArtifactArtifactType",
    "DocArtifactCreate",
    "DocArtifactCreateArtifactType",
    "DocArtifactUpdate",
    "DocArtifactUpdateArtifactType",
    "Error",
    "ExecutionState",
    "Experiment",
    "ExperimentCreate",
    "ExperimentList",
    "ExperimentRun",
    "ExperimentRunCreate",
    "ExperimentRunList",
    "ExperimentRunState",
    "ExperimentRunStatus",
    "ExperimentRunUpdate",
    "ExperimentState",
    "ExperimentUpdate",
    "InferenceService",
    "InferenceServiceCreate",
    "InferenceServiceList",
    "InferenceServiceState",
    "InferenceServiceUpdate",
    "MetadataBoolValue",
    "MetadataBoolValueMetadataType",
    "MetadataDoubleValue",
    "MetadataDoubleValueMetadataType",
    "MetadataIntValue",
    "MetadataIntValueMetadataType",
    "MetadataProtoValue",
    "MetadataProtoValueMetadataType",
    "MetadataStringValue",
    "MetadataStringValueMetadataType",
    "MetadataStructValue",
    "MetadataStructValueMetadataType",
    "Metric",
    "MetricArtifactType",
    "MetricCreate",
    "MetricCreateArtifactType",
    "MetricList",
    "MetricUpdate",
    "MetricUpdateArtifactType",
    "ModelArtifact",
    "ModelArtifactArtifactType",
    "ModelArtifactCreate",
    "ModelArtifactList",
    "ModelArtifactUpdate",
    "ModelArtifactUpdateArtifactType",
    "ModelVersion",
    "ModelVersionCreate",
    "ModelVersionList",
    "ModelVersionState",
    "ModelVersionUpdate",
    "OrderByField",
    "Parameter",
    "ParameterArtifactType",
    "ParameterCreate",
    "ParameterCreateArtifactType",
    "ParameterType",
    "ParameterUpdate",
    "ParameterUpdateArtifactType",
    "RegisteredModel",
    "RegisteredModelCreate",
    "RegisteredModelList",
    "RegisteredModelState",
    "RegisteredModelUpdate",
    "ServeModel",
    "ServeModelCreate",
    "ServeModelList",
    "ServeModelUpdate",
    "ServingEnvironment",
    "ServingEnvironmentCreate",
    "ServingEnvironmentList",
    "ServingEnvironmentUpdate",
    "SortOrder",
    "UnknownArtifact",
    "UnknownMetadataValue",
)

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *_MODULES})
