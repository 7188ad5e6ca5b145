-- Made up for tests, every name and word in it; written by mariadb-dump 10.11
/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: hfc
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `author`
--

DROP TABLE IF EXISTS `author`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `author` (
  `username` varchar(256) NOT NULL,
  `avatar_url` text DEFAULT NULL,
  `is_pro` int(11) DEFAULT NULL,
  `fullname` text DEFAULT NULL,
  `type` varchar(64) DEFAULT NULL,
  `source` varchar(256) DEFAULT NULL,
  PRIMARY KEY (`username`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `author`
--

LOCK TABLES `author` WRITE;
/*!40000 ALTER TABLE `author` DISABLE KEYS */;
INSERT INTO `author` (`username`, `avatar_url`, `is_pro`, `fullname`, `type`, `source`) VALUES ('ada',NULL,0,'Ada','user','hf');
INSERT INTO `author` (`username`, `avatar_url`, `is_pro`, `fullname`, `type`, `source`) VALUES ('bea',NULL,1,'Bea','user','hf');
INSERT INTO `author` (`username`, `avatar_url`, `is_pro`, `fullname`, `type`, `source`) VALUES ('deleted',NULL,NULL,NULL,NULL,'hf');
INSERT INTO `author` (`username`, `avatar_url`, `is_pro`, `fullname`, `type`, `source`) VALUES ('only known to git',NULL,NULL,NULL,NULL,'commit');
/*!40000 ALTER TABLE `author` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `commits`
--

DROP TABLE IF EXISTS `commits`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `commits` (
  `sha` varchar(256) NOT NULL,
  `repo_id` varchar(256) DEFAULT NULL,
  `message` longtext DEFAULT NULL COMMENT 'it''s; a ),( "comment"',
  `blobby` blob DEFAULT NULL,
  `bits` bit(3) DEFAULT NULL,
  PRIMARY KEY (`sha`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `commits`
--

LOCK TABLES `commits` WRITE;
/*!40000 ALTER TABLE `commits` DISABLE KEYS */;
INSERT INTO `commits` (`sha`, `repo_id`, `message`, `blobby`, `bits`) VALUES ('c0ffee','models/a/x','It\'s \"quoted\" \\ back\\\\slashed;\n),(\'x\', NULL); INSERT INTO `discussion` VALUES (1);\r\n	100% a_b \0 \Z é 👍 -- /* */',0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF,0x05);
/*!40000 ALTER TABLE `commits` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `discussion`
--

DROP TABLE IF EXISTS `discussion`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `discussion` (
  `num` int(11) NOT NULL,
  `repo_id` varchar(256) NOT NULL,
  `author` varchar(256) DEFAULT NULL,
  `title` text DEFAULT NULL,
  `status` text DEFAULT NULL,
  `created_at` datetime DEFAULT NULL,
  `is_pull_request` int(11) DEFAULT NULL,
  `target_branch` varchar(64) DEFAULT NULL,
  `merge_commit_oid` varchar(256) DEFAULT NULL,
  `diff` longtext DEFAULT NULL,
  `git_reference` text DEFAULT NULL,
  PRIMARY KEY (`num`,`repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `discussion`
--

LOCK TABLES `discussion` WRITE;
/*!40000 ALTER TABLE `discussion` DISABLE KEYS */;
INSERT INTO `discussion` (`num`, `repo_id`, `author`, `title`, `status`, `created_at`, `is_pull_request`, `target_branch`, `merge_commit_oid`, `diff`, `git_reference`) VALUES (1,'models/a/x','ada','It\'s \"quoted\" \\ back\\\\slashed;\n),(\'x\', NULL); INSERT INTO `discussion` VALUES (1);\r\n	100% a_b \0 \Z é 👍 -- /* */','merged','2023-05-06 07:08:09',1,'refs/heads/main','c0ffee','It\'s \"quoted\" \\ back\\\\slashed;\n),(\'x\', NULL); INSERT INTO `discussion` VALUES (1);\r\n	100% a_b \0 \Z é 👍 -- /* */',NULL);
INSERT INTO `discussion` (`num`, `repo_id`, `author`, `title`, `status`, `created_at`, `is_pull_request`, `target_branch`, `merge_commit_oid`, `diff`, `git_reference`) VALUES (2,'datasets/b/y','deleted','By nobody','open','2023-05-06 07:08:09',0,NULL,NULL,NULL,NULL);
/*!40000 ALTER TABLE `discussion` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `discussion_event`
--

DROP TABLE IF EXISTS `discussion_event`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `discussion_event` (
  `id` varchar(256) NOT NULL,
  `repo_id` varchar(256) DEFAULT NULL,
  `discussion_num` int(11) DEFAULT NULL,
  `event_type` varchar(64) DEFAULT NULL,
  `created_at` datetime DEFAULT NULL,
  `author` varchar(256) DEFAULT NULL,
  `content` text DEFAULT NULL,
  `edited` int(11) DEFAULT NULL,
  `hidden` int(11) DEFAULT NULL,
  `new_status` text DEFAULT NULL,
  `summary` text DEFAULT NULL,
  `sha` varchar(256) DEFAULT NULL,
  `old_title` text DEFAULT NULL,
  `new_title` text DEFAULT NULL,
  `full_data` longtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `discussion_num` (`discussion_num`,`repo_id`),
  CONSTRAINT `discussion_event_ibfk_1` FOREIGN KEY (`discussion_num`, `repo_id`) REFERENCES `discussion` (`num`, `repo_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `discussion_event`
--

LOCK TABLES `discussion_event` WRITE;
/*!40000 ALTER TABLE `discussion_event` DISABLE KEYS */;
INSERT INTO `discussion_event` (`id`, `repo_id`, `discussion_num`, `event_type`, `created_at`, `author`, `content`, `edited`, `hidden`, `new_status`, `summary`, `sha`, `old_title`, `new_title`, `full_data`) VALUES ('e1','models/a/x',1,'comment','2023-05-06 07:08:09','ada','It\'s \"quoted\" \\ back\\\\slashed;\n),(\'x\', NULL); INSERT INTO `discussion` VALUES (1);\r\n	100% a_b \0 \Z é 👍 -- /* */',1,0,NULL,NULL,NULL,NULL,NULL,'{\'id\': \'e1\', \'author\': {\'_id\': \'id-of-ada\', \'name\': \'ada\', \'fullname\': \'Ada\', \'type\': \'user\', \'isHf\': False, \'isOwner\': True, \'isOrgMember\': False}, \'createdAt\': \'2023-05-06T07:08:09.000Z\', \'type\': \'comment\', \'data\': {\'edited\': True, \'hidden\': False, \'latest\': {\'raw\': \'It\\\'s \"quoted\" \\\\ back\\\\\\\\slashed;\\n),(\\\'x\\\', NULL); INSERT INTO `discussion` VALUES (1);\\r\\n\\t100% a_b \\x00 \\x1a é 👍 -- /* */\', \'html\': \"<p>it\'s</p>\"}, \'relatedEventId\': None, \'numEdits\': 1}}');
INSERT INTO `discussion_event` (`id`, `repo_id`, `discussion_num`, `event_type`, `created_at`, `author`, `content`, `edited`, `hidden`, `new_status`, `summary`, `sha`, `old_title`, `new_title`, `full_data`) VALUES ('e2','models/a/x',1,'status-change','2023-05-06 07:08:10','bea',NULL,NULL,NULL,'merged',NULL,NULL,NULL,NULL,NULL);
INSERT INTO `discussion_event` (`id`, `repo_id`, `discussion_num`, `event_type`, `created_at`, `author`, `content`, `edited`, `hidden`, `new_status`, `summary`, `sha`, `old_title`, `new_title`, `full_data`) VALUES ('e3','models/a/x',1,'commit','2023-05-06 07:08:11','ada',NULL,NULL,NULL,NULL,'Mend it','c0ffee',NULL,NULL,'cut off {\'id\': ');
INSERT INTO `discussion_event` (`id`, `repo_id`, `discussion_num`, `event_type`, `created_at`, `author`, `content`, `edited`, `hidden`, `new_status`, `summary`, `sha`, `old_title`, `new_title`, `full_data`) VALUES ('e4','models/a/x',1,'title-change','2023-05-06 07:08:12','ada',NULL,NULL,NULL,NULL,NULL,NULL,'Old','It\'s \"quoted\" \\ back\\\\slashed;\n),(\'x\', NULL); INSERT INTO `discussion` VALUES (1);\r\n	100% a_b \0 \Z é 👍 -- /* */',NULL);
INSERT INTO `discussion_event` (`id`, `repo_id`, `discussion_num`, `event_type`, `created_at`, `author`, `content`, `edited`, `hidden`, `new_status`, `summary`, `sha`, `old_title`, `new_title`, `full_data`) VALUES ('e5','datasets/b/y',2,'comment','2023-05-06 07:08:13','deleted','Gone',0,1,NULL,NULL,NULL,NULL,NULL,'{\'id\': \'e5\', \'createdAt\': \'2023-05-06T07:08:09.000Z\', \'type\': \'comment\', \'data\': {\'edited\': False, \'hidden\': True, \'latest\': {\'raw\': \'Gone\'}}}');
/*!40000 ALTER TABLE `discussion_event` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `model`
--

DROP TABLE IF EXISTS `model`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `model` (
  `model_id` varchar(256) NOT NULL,
  `pipeline_tag` text DEFAULT NULL,
  `downloads` int(11) DEFAULT NULL,
  `library_name` text DEFAULT NULL,
  `likes` int(11) DEFAULT NULL,
  `config` longtext DEFAULT NULL,
  PRIMARY KEY (`model_id`),
  CONSTRAINT `model_ibfk_1` FOREIGN KEY (`model_id`) REFERENCES `repository` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `model`
--

LOCK TABLES `model` WRITE;
/*!40000 ALTER TABLE `model` DISABLE KEYS */;
INSERT INTO `model` (`model_id`, `pipeline_tag`, `downloads`, `library_name`, `likes`, `config`) VALUES ('models/a/x','text-generation',12,'transformers',NULL,'{}');
/*!40000 ALTER TABLE `model` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `repository`
--

DROP TABLE IF EXISTS `repository`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `repository` (
  `id` varchar(256) NOT NULL,
  `name` text DEFAULT NULL,
  `type` varchar(7) DEFAULT NULL,
  `author` varchar(256) DEFAULT NULL,
  `sha` text DEFAULT NULL,
  `last_modified` datetime DEFAULT NULL,
  `private` int(11) DEFAULT NULL,
  `card_data` longtext DEFAULT NULL,
  `gated` int(11) DEFAULT NULL,
  `likes` int(11) DEFAULT NULL,
  `disabled` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `author` (`author`),
  CONSTRAINT `repository_ibfk_1` FOREIGN KEY (`author`) REFERENCES `author` (`username`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `repository`
--

LOCK TABLES `repository` WRITE;
/*!40000 ALTER TABLE `repository` DISABLE KEYS */;
INSERT INTO `repository` (`id`, `name`, `type`, `author`, `sha`, `last_modified`, `private`, `card_data`, `gated`, `likes`, `disabled`) VALUES ('datasets/b/y','b/y','dataset','bea',NULL,NULL,0,NULL,NULL,2,NULL);
INSERT INTO `repository` (`id`, `name`, `type`, `author`, `sha`, `last_modified`, `private`, `card_data`, `gated`, `likes`, `disabled`) VALUES ('models/a/x','a/x','model','ada',NULL,'2023-05-01 00:00:00',0,'None',0,7,NULL);
INSERT INTO `repository` (`id`, `name`, `type`, `author`, `sha`, `last_modified`, `private`, `card_data`, `gated`, `likes`, `disabled`) VALUES ('spaces/b/z','b/z','space','bea',NULL,NULL,0,NULL,NULL,0,1);
/*!40000 ALTER TABLE `repository` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tag`
--

DROP TABLE IF EXISTS `tag`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `tag` (
  `name` varchar(256) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `tag`
--

LOCK TABLES `tag` WRITE;
/*!40000 ALTER TABLE `tag` DISABLE KEYS */;
INSERT INTO `tag` (`name`) VALUES ('base_model:b/y');
INSERT INTO `tag` (`name`) VALUES ('base_model:finetune:b/y');
INSERT INTO `tag` (`name`) VALUES ('license:mit');
INSERT INTO `tag` (`name`) VALUES ('license:other');
/*!40000 ALTER TABLE `tag` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tags_in_repo`
--

DROP TABLE IF EXISTS `tags_in_repo`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `tags_in_repo` (
  `tag_name` varchar(256) NOT NULL,
  `repo_id` varchar(256) NOT NULL,
  PRIMARY KEY (`tag_name`,`repo_id`),
  KEY `repo_id` (`repo_id`),
  CONSTRAINT `tags_in_repo_ibfk_1` FOREIGN KEY (`tag_name`) REFERENCES `tag` (`name`),
  CONSTRAINT `tags_in_repo_ibfk_2` FOREIGN KEY (`repo_id`) REFERENCES `repository` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `tags_in_repo`
--

LOCK TABLES `tags_in_repo` WRITE;
/*!40000 ALTER TABLE `tags_in_repo` DISABLE KEYS */;
INSERT INTO `tags_in_repo` (`tag_name`, `repo_id`) VALUES ('base_model:b/y','models/a/x');
INSERT INTO `tags_in_repo` (`tag_name`, `repo_id`) VALUES ('base_model:finetune:b/y','models/a/x');
INSERT INTO `tags_in_repo` (`tag_name`, `repo_id`) VALUES ('license:mit','datasets/b/y');
INSERT INTO `tags_in_repo` (`tag_name`, `repo_id`) VALUES ('license:mit','models/a/x');
INSERT INTO `tags_in_repo` (`tag_name`, `repo_id`) VALUES ('license:other','models/a/x');
/*!40000 ALTER TABLE `tags_in_repo` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed
