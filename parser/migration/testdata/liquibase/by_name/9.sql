
--liquibase formatted sql
--changeset ann:9
SELECT 9;
--rollback empty
