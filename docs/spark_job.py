"""Converts all documents below a folder on Spark: one JSON record a document.

    spark-submit spark_job.py INPUT OUTPUT [biaozhun]

INPUT is a path or a pattern that Spark can read (file:, hdfs:, s3a:); OUTPUT a folder that does not exist yet. Each partition
has one biaozhun with one worker, for Spark runs one task a core already. A document that cannot be read is a record that says
so; a task fails only where biaozhun itself cannot be started.
"""

import base64
import json
import sys
from urllib.parse import unquote, urlparse

from pyspark.sql import SparkSession


def line(document):
    uri, content = document
    name = unquote(urlparse(uri).path)
    return json.dumps({"id": uri, "name": name, "data": base64.b64encode(content).decode()})


def main(source, target, program="biaozhun"):
    spark = SparkSession.builder.appName("biaozhun").getOrCreate()
    context = spark.sparkContext
    partitions = context.defaultParallelism * 4
    # Spark packs small files into few partitions; a task each core is wanted.
    documents = context.binaryFiles(source, minPartitions=partitions).repartition(partitions)
    records = documents.map(line).pipe(f"{program} --lang zh stream --jobs 1", checkCode=True)
    records.saveAsTextFile(target, compressionCodecClass="org.apache.hadoop.io.compress.GzipCodec")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
