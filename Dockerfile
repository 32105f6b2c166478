# One image for every program of the system; which one runs is the command's argument.
FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements.servers.lock .
RUN python3 -m venv /opt/jejak \
 && /opt/jejak/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements.servers.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home jejak \
 && mkdir -p /secrets/setup /secrets/planning /secrets/assessment /secrets/followup /var/lib/jejak /var/lib/sealed \
 && chown -R jejak /secrets /var/lib/jejak /var/lib/sealed
COPY --from=packages /opt/jejak /opt/jejak
WORKDIR /app
COPY shared shared
COPY services services
ENV PATH=/opt/jejak/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app
RUN python -m compileall -q shared services && mkdir -p .jejak/sample .jejak/secrets \
 && python -c "from services.cli.sample.agency import sign_in_file as f; open('.jejak/sample/people.json', 'wb').write(f())" \
 && chown -R jejak .jejak
USER jejak
ENTRYPOINT ["python", "-m", "services.cli"]
