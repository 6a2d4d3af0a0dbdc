"""Traffic policies that are worth knowing, as documents; addresses are for documentation (RFC 5737)."""

from __future__ import annotations

BY_PLACE = """\
{
  "AWSPolicyFormatVersion": "2015-10-01",
  "RecordType": "A",
  "StartRule": "by-place",
  "Endpoints": {
    "tokyo-main": {"Type": "application-load-balancer",
      "Value": "main-1.ap-northeast-1.elb.amazonaws.com"},
    "tokyo-spare": {"Type": "application-load-balancer",
      "Value": "spare-1.ap-northeast-1.elb.amazonaws.com"},
    "us-blue": {"Type": "application-load-balancer",
      "Value": "blue-1.us-east-1.elb.amazonaws.com"},
    "us-green": {"Type": "application-load-balancer",
      "Value": "green-1.us-east-1.elb.amazonaws.com"},
    "sorry-page": {"Type": "s3-website",
      "Region": "us-east-1", "Value": "www.example.com"}
  },
  "Rules": {
    "by-place": {"RuleType": "geo", "Locations": [
      {"Continent": "AS", "RuleReference": "tokyo"},
      {"Continent": "NA", "RuleReference": "virginia"},
      {"IsDefault": true, "EndpointReference": "sorry-page"}
    ]},
    "tokyo": {"RuleType": "failover",
      "Primary": {"EndpointReference": "tokyo-main"},
      "Secondary": {"EndpointReference": "tokyo-spare"}},
    "virginia": {"RuleType": "weighted", "Items": [
      {"EndpointReference": "us-blue", "Weight": 9},
      {"EndpointReference": "us-green", "Weight": 1}
    ]}
  }
}"""

BY_LATENCY = """\
{
  "AWSPolicyFormatVersion": "2015-10-01",
  "RecordType": "A",
  "StartRule": "nearest",
  "Endpoints": {
    "tokyo-1": {"Type": "value", "Value": "192.0.2.11"},
    "tokyo-2": {"Type": "value", "Value": "192.0.2.12"},
    "frankfurt": {"Type": "network-load-balancer", "Value": "nlb-1.elb.eu-central-1.amazonaws.com"},
    "oregon": {"Type": "network-load-balancer", "Value": "nlb-2.elb.us-west-2.amazonaws.com"}
  },
  "Rules": {
    "nearest": {"RuleType": "latency", "Regions": [
      {"Region": "ap-northeast-1", "RuleReference": "tokyo"},
      {"Region": "eu-central-1", "EndpointReference": "frankfurt"},
      {"Region": "us-west-2", "EndpointReference": "oregon"}
    ]},
    "tokyo": {"RuleType": "multivalue", "Items": [
      {"EndpointReference": "tokyo-1", "HealthCheck": "11111111-1111-1111-1111-111111111111"},
      {"EndpointReference": "tokyo-2", "HealthCheck": "22222222-2222-2222-2222-222222222222"}
    ]}
  }
}"""

BY_DISTANCE = """\
{
  "AWSPolicyFormatVersion": "2023-05-09",
  "RecordType": "A",
  "StartRule": "around",
  "Endpoints": {
    "singapore": {"Type": "application-load-balancer",
      "Value": "sg-1.ap-southeast-1.elb.amazonaws.com"},
    "osaka-dc": {"Type": "value", "Value": "198.51.100.20"},
    "ireland": {"Type": "application-load-balancer",
      "Value": "ie-1.eu-west-1.elb.amazonaws.com"}
  },
  "Rules": {
    "around": {"RuleType": "geoproximity", "GeoproximityLocations": [
      {"Location": {"Type": "Region", "LocationName": "aws:route53:ap-southeast-1"}, "Bias": 20,
       "EndpointReference": "singapore"},
      {"Location": {"Type": "Coordinate", "Latitude": "34.69", "Longitude": "135.50"},
       "EndpointReference": "osaka-dc"},
      {"Location": {"Type": "Region", "LocationName": "aws:route53:eu-west-1"}, "EndpointReference": "ireland"}
    ]}
  }
}"""

SPARE_PAGE = """\
{
  "AWSPolicyFormatVersion": "2015-10-01",
  "RecordType": "A",
  "StartRule": "site",
  "Endpoints": {
    "shop": {"Type": "application-load-balancer",
      "Value": "shop-1.ap-northeast-1.elb.amazonaws.com"},
    "closed": {"Type": "s3-website", "Region": "ap-northeast-1", "Value": "shop.example.com"}
  },
  "Rules": {
    "site": {"RuleType": "failover",
      "Primary": {"EndpointReference": "shop"},
      "Secondary": {"EndpointReference": "closed"}}
  }
}"""

OWN = "own"
PRESETS = {"latency": BY_LATENCY, "distance": BY_DISTANCE, "spare": SPARE_PAGE}
